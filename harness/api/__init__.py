"""The functions of `import harness`: what the commands do, for programs and notebooks.

May import: every room but cli.
"""
