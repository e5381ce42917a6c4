"""What the Studio and the view of a piece are made of: sheets, reasons, changes, the ask form."""
