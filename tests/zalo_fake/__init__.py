"""A faithful fake of Zalo (OAuth, OA messages, template messages, Bot) and of eSMS: one process, one loopback port.

    python -m zalo_fake [--port 0] [--clock 2024-11-08T08:00] [--with-parent]     (tests/ on the path)

prints `{"port": N}` when it is ready. All hosts' paths lie side by side under http://127.0.0.1:N, so every base URL of a
client is that. It ends on SIGTERM, and with `--with-parent` as soon as its standard input closes. Everything is kept in
memory. In tests: `from zalo_fake.running import ZaloFake`; what it knows from the start is in `zalo_fake.defaults`.

How a request goes: `endpoint` reads it, takes its fate from `fates`, lets `mishaps` break the line if that is the fate, and
otherwise asks one of the subjects below, which either answers or raises `Refused`; `dialects` says the refusal as that host
would. Every attempt to send is noted in `ledger`; only those marked `received` came to anybody.

    oauth, tokens                   the rotating pair of tokens, codes, permission
    template_sends, template_reads  templates by telephone number and by user id; catalogue: what is approved
    oa_sends, oa_reads              customer-service and group messages; the OA, its people and groups
    bot_sends, bot_updates          the Bot API; who polls and who has a webhook
    sms                             eSMS
    events, webhooks, saying        what Zalo sends to us: bodies, signatures, tries again
    allowance, people, clock        quotas, money and night; forced codes, who is known; the time
    control, page                   /_fake/...: what tests turn and look at; GET /: the same for a person's eye

Where the facts about Zalo are uncertain the fake takes the less comfortable reading: `state` is not sent back, an old refresh
token is dead after a new permission, a code asked for with a challenge needs its verifier.
"""
