"""Every inbound door: who calls is proved before anything is read."""
