"""Run one product: ``python -m products.serve PRODUCT RELEASE HOME --listen FD --lock FD``.

The operator's command hands over a socket bound to the product's port and a locked file. The lock lasts as long as this
process: if the file cannot be locked, the product is running, and the file holds its process id.
"""

from __future__ import annotations

import argparse
import importlib
import os
import socket
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from products.catalog import PRODUCTS
from products.runtime import Runtime


def create_app(runtime: Runtime) -> FastAPI:
    """The application of a product."""
    app: FastAPI = importlib.import_module(f"products.{runtime.product}").create_app(runtime)
    return app


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="products.serve")
    parser.add_argument("product", choices=sorted(PRODUCTS))
    parser.add_argument("release")
    parser.add_argument("home", type=Path)
    parser.add_argument("--listen", type=int, required=True)
    parser.add_argument("--lock", type=int, required=True)
    args = parser.parse_args()
    os.ftruncate(args.lock, 0)
    os.pwrite(args.lock, f"{os.getpid()}\n".encode(), 0)
    app = create_app(Runtime.load(args.product, args.release, args.home))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", timeout_graceful_shutdown=1))
    server.run(sockets=[socket.socket(fileno=args.listen)])


if __name__ == "__main__":
    main()
