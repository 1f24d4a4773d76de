"""What all components share in the browser: code, files, tables that figures follow."""
