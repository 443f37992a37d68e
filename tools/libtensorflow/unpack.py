"""Takes out of wheels the libraries that run TensorFlow, and the headers of its C interface.

    python3 unpack.py TARGET WHEEL...
"""
import re
import sys
import zipfile

libraries = r"tensorflow/lib\w+\.so\.2|nvidia/.+\.so(\.\d+)*"
headers = r"tensorflow/include/(tensorflow/c|tensorflow/core/platform|tsl/platform|xla/tsl/c)/.+\.h"
wanted = re.compile(f"{libraries}|{headers}")

target, *wheels = sys.argv[1:]
for wheel in wheels:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target, filter(wanted.fullmatch, archive.namelist()))
