"""Drives a service with a client that was generated from its contract: drive_client.py FOLDER URL KEY, answers on stdout."""

import datetime
import importlib
import json
import pkgutil
import sys

folder, url, key = sys.argv[1:]
sys.path.insert(0, folder)

import client  # noqa: E402
from client import AuthenticatedClient  # noqa: E402
from client.api.coupons import create_campaign, create_codes, decide_coupon, redeem_coupon  # noqa: E402
from client.api.intake import get_order, list_items, record_events, record_orders, upsert_items  # noqa: E402
from client.api.recommendations import get_customer_recommendations, get_popular_items, recommend  # noqa: E402
from client.api.segments import create_segment, list_segment_members  # noqa: E402
from client.models import (  # noqa: E402
    CouponDecisionRequest,
    CouponRedemptionRequest,
    Item,
    ListItemsSort,
    NewCampaign,
    NewCodesType1,
    NewSegment,
    Order,
    Problem,
    RecommendationRequest,
    RecordEventsBody,
    RecordOrdersBody,
    UpsertItemsBody,
)

# Every module of the client can be imported, not only those that are used here.
modules = [name for _, name, _ in pkgutil.walk_packages(client.__path__, "client.")]
for name in modules:
    importlib.import_module(name)


def good(answer):
    """The answer, where it is none that refuses."""
    if isinstance(answer, Problem):
        sys.exit(json.dumps(answer.to_dict()))
    return answer


asks = AuthenticatedClient(base_url=url, token=key, raise_on_unexpected_status=True)
now = datetime.datetime.now(datetime.timezone.utc)
told = {"operations": len([name for name in modules if name.startswith("client.api.") and name.count(".") == 3])}


def item(number: int, **more: object) -> Item:
    return Item.from_dict({"item_id": number, "title": f"Item {number}", "price": 2.5 * number, **more})


goods = [item(number, category="Food", url=f"https://shop.example/{number}") for number in (1, 2, 3)]
stored = upsert_items.sync(client=asks, body=UpsertItemsBody(items=goods))
told["items"] = [verdict.status.value for verdict in stored.verdicts]
told["prices"] = [one.price for one in list_items.sync(client=asks, sort=ListItemsSort.FALLING_PRICE).items]

line = {"item_id": 2, "quantity": 2, "unit_price": 5}
order = Order.from_dict({"order_id": 7, "customer_id": 9, "occurred_at": now.isoformat(), "lines": [line]})
told["orders"] = [v.status.value for v in record_orders.sync(client=asks, body=RecordOrdersBody(orders=[order])).verdicts]
told["again"] = [v.status.value for v in record_orders.sync(client=asks, body=RecordOrdersBody(orders=[order])).verdicts]
told["total"] = get_order.sync("7", client=asks).total

event = {"event_id": 1, "type": "view", "customer_id": 9, "item_id": 3, "occurred_at": now.isoformat()}
seen = record_events.sync(client=asks, body=RecordEventsBody(events=[event]))
told["events"] = [verdict.status.value for verdict in seen.verdicts]

popular = get_popular_items.sync(client=asks, limit=2, language="fr", filter_=json.dumps({"not": {"brand": "Alba"}}))
told["popular"] = [one.item_id for one in popular.items]
told["reasons"] = [one.reason.text for one in popular.items]
own = get_customer_recommendations.sync("9", client=asks, limit=3)
told["own"] = [own.customer_id, len(own.items)]
request = RecommendationRequest.from_dict({"cart_item_ids": [1], "limit": 5, "filter": {"price": {"min": 5}}})
told["cart"] = sorted(one.item_id for one in recommend.sync(client=asks, body=request).items)
refused = recommend.sync(client=asks, body=RecommendationRequest.from_dict({"recent_item_ids": [1.5]}))
told["refused"] = [refused.code.value, refused.errors[0].field]

rule = {"behaviour": "purchase", "at_least": 1, "within_days": 30}
segment = NewSegment.from_dict({"segment_id": "rule-buyers", "name": "Buyers", "definition": {"any": [rule]}})
made = good(create_segment.sync(client=asks, body=segment))
told["segment"] = made.segment_id
told["members"] = [member.customer_id for member in list_segment_members.sync("rule-buyers", client=asks).items]

campaign = NewCampaign.from_dict(
    {
        "campaign_id": "tenth",
        "name": "A tenth",
        "discount": {"type": "percent", "percent": 10},
        "valid_from": (now - datetime.timedelta(days=1)).isoformat(),
        "valid_until": (now + datetime.timedelta(days=9)).isoformat(),
    }
)
told["campaign"] = good(create_campaign.sync(client=asks, body=campaign)).campaign_id
codes = NewCodesType1.from_dict({"batch_id": "one", "kind": "shared", "code": "TENTH"})
good(create_codes.sync("tenth", client=asks, body=codes, idempotency_key="codes"))
wanted = CouponDecisionRequest.from_dict({"customer_id": 9, "cart": [line]})
decision = good(decide_coupon.sync(client=asks, body=wanted, idempotency_key="decision"))
told["decision"] = [decision.customer_id, decision.action.value]
used = CouponRedemptionRequest.from_dict({"code": "TENTH", "order_id": 8, "customer_id": 9, "lines": [line]})
redemption = good(redeem_coupon.sync(client=asks, body=used, idempotency_key="redemption"))
told["discount"] = redemption.discount

print(json.dumps(told))
