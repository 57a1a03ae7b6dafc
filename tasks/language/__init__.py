"""One grammar for all steps: quotation marks, sentences, and the words of a language, apart as data in a folder a language."""
