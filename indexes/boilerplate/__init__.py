"""Lines that outlets print under many articles."""
