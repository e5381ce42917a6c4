"""The catalog read again after a page changed what it is made of. Knows when; leaves how layers fold to `catalog`."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from partimento.catalog import price_list
from partimento.catalog.lookup import ModelCatalog, catalog
from partimento.client import AsyncPartimento
from partimento.environment import data_folder
from partimento.store.models import list_models, list_prices


async def reread(client: AsyncPartimento) -> None:
    """From here on this process routes by the models and prices that the database and the price list have now; others
    on the same database follow when they start."""
    client.ports = replace(client.ports, catalog=await asyncio.to_thread(_read, client), routes={})


def _read(client: AsyncPartimento) -> ModelCatalog:
    listing = price_list.in_force(data_folder(client.settings))
    return ModelCatalog(catalog(list_models(client.store), list_prices(client.store), client.settings, listing))
