"""The weights of Sada's encoder ``fast``, in ``fast.safetensors``. There is nothing to import: Sada reads the file."""
