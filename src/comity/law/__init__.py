"""National law: provisions in dated versions, which of them serve an article of the Convention, and why."""
