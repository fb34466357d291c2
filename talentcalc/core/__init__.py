"""What every other part uses, and which itself uses none of them."""
