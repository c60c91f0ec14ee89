"""Letters as files: PDF through Typst, and the two open forms of office documents."""
