"""What travels between the parts: frozen records without behaviour of their own."""
