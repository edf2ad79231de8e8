"""What people write: keyword lists, endpoint definitions and settings, checked whole before anything is asked.

keywords     lists by name, path or standard input -> keywords, counted and streamed
endpoints    definitions by name or path -> endpoints, with their variables set
result_file  what a run wrote with -o -> its verdicts, to compare with
settings     a whole run in one file -> the values of options, with their lines
leaks        secrets in a file that others will read
faults       all faults of all files, the first hundred kept
lists        how lists are read: encodings, formats, duplicates
results      how result files are read: JSON, JSON Lines, CSV
definitions  how definitions are read and checked: YAML, schema, rules, addresses, slots
"""
