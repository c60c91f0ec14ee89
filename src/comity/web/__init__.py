"""Pages for officers: rendered on the server, no script, no rule of their own, nothing from another host."""
