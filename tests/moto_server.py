"""Serves moto on a loopback port that the system picks, prints the endpoint, and ends when its standard input does.

A server whose parent dies, in whatever way, therefore dies too.
"""
import os
import sys

os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"

from moto.iam import access_control  # noqa: E402: as the server
from moto.server import ThreadedMotoServer  # noqa: E402: reads the environment when it is imported

made = access_control.IAMRequestBase._create_aws_request


def without_a_body(self):
    """The request whose signature is compared. moto takes the query of a GET for its body, and so never finds its
    signature right."""
    request = made(self)
    if self._method == "GET":
        request.data = b""
    return request


access_control.IAMRequestBase._create_aws_request = without_a_body

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
print(f"http://{host}:{port}", flush=True)
sys.stdin.read()
os._exit(0)
