"""Policy rules that stop a bad design before it costs money, one rule per folder."""
