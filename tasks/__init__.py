"""The steps of wiredesk, one room each."""
