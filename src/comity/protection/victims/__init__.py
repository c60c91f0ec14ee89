"""Victims: a minimum of data, sealed; safe contact; what is owed at each stage; figures without persons."""
