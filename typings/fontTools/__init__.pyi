"""fontTools 4, as far as this house uses it: reading a font and making a subset of it."""
