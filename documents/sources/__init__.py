"""A file as a list of blocks, each with its place: text, Word and PDF files, told apart by what is in them."""

from documents.sources.blocks import Block, Place
from documents.sources.opening import read_blocks, read_file

__all__ = ["Block", "Place", "read_blocks", "read_file"]
