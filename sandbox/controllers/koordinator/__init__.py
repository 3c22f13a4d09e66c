"""The add-on ack-koordinator: what online pods leave unused is offered to offline ones."""
