"""Pure calculations of production: whole numbers, fractions in, results out (docs/architecture.md section 3)."""
