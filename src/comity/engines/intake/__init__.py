"""Takes apart messages, mailboxes and notes in a confined worker, and looks for what they give away."""
