"""What every face sees: the steps that cross capabilities, and who may take them."""
