#!/usr/bin/python3
"""The AWS CLI without a start of its own for every call: a line of JSON in, its arguments; a line out, [code, stdout, stderr].

A process of its own, for Debian's AWS CLI brings a botocore that boto3 does not work with.
"""
import contextlib
import io
import json
import sys

import awscli.clidriver


def main() -> None:
    driver = awscli.clidriver.create_clidriver()
    for line in sys.stdin:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = driver.main(json.loads(line))
        print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)


if __name__ == "__main__":
    main()
