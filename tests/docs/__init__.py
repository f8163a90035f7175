"""The pages for people: every block runs, every link leads somewhere, generated pages are current."""
