"""The architecture picture of a stack: extracted from its plan, laid out, drawn as SVG and PNG."""
