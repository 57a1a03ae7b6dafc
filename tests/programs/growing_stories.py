def taken_through(text):
    from tasks.clean import clean
    from tasks.split import split
    from flows.extract import extract_text
    extract_text("1", text)
