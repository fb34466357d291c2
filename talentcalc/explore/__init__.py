"""What if? An audit tried out at a desk."""
