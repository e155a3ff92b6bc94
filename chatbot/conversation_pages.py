"""What can be done with a conversation, as forms: the page's script does the same by REST."""

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits
from accounts.authentication import request_actor
from accounts.selectors import departments_of
from accounts.types import Actor
from chatbot.files import remove_file
from chatbot.files_api import file_lines
from chatbot.pages import MESSAGES_SHOWN
from chatbot.thread import exchanges_of
from config.kernel.errors import DomainError, InvalidInputError, NotFoundError
from config.kernel.text import uuid_or_none
from conversations import organizing, sharing
from conversations.access import get_conversation
from conversations.organizing import ConversationChanges
from conversations.reading import shared_page
from retrieval import access as retrieval_access
from retrieval import files
from retrieval.errors import DocumentEmptyError, UnknownDepartmentError
from retrieval.extract.kinds import SUFFIXES
from retrieval.publishing import publish_file
from retrieval.services import NamedReaders
from retrieval.uploading import upload_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def conversation_settings(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Show the forms, or do what one of them asks for; raises NotFoundError."""
    actor = request_actor(request)
    if request.method != "POST":
        return _forms(request, actor, conversation_id)
    act = ACTIONS.get(request.POST.get("action", ""), _unknown)
    try:
        return redirect(act(request, actor, conversation_id))
    except NotFoundError:
        raise
    except DomainError as error:
        return _forms(request, actor, conversation_id, problem=str(error.message), status=error.status)


def _forms(
    request: HttpRequest, actor: Actor, conversation_id: UUID, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "conversation": get_conversation(conversation_id=conversation_id, actor=actor),
        "share": sharing.share_of(actor=actor, conversation_id=conversation_id),
        "problem": problem,
        "actor": actor,
        "files": file_lines(actor, conversation_id),
        "may_attach": files.may_add_files(actor),
        "departments": list(departments_of(actor=actor)) if actor.is_manager else [],
        "published": "published" in request.GET,
        "file_types": ",".join(SUFFIXES),
    }
    return render(request, "chat/settings.html", context, status=status)


def _unknown(_request: HttpRequest, _actor: Actor, _conversation_id: UUID) -> str:
    raise InvalidInputError


def _changing(changes: ConversationChanges) -> Callable[[HttpRequest, Actor, UUID], str]:
    def act(_request: HttpRequest, actor: Actor, conversation_id: UUID) -> str:
        _change(actor, conversation_id, changes)
        return _own_address(conversation_id)

    return act


def _rename(request: HttpRequest, actor: Actor, conversation_id: UUID) -> str:
    _change(actor, conversation_id, ConversationChanges(title=request.POST.get("title", "")))
    return _own_address(conversation_id)


def _change(actor: Actor, conversation_id: UUID, changes: ConversationChanges) -> None:
    organizing.change_conversation(actor=actor, conversation_id=conversation_id, changes=changes)


def _share(_request: HttpRequest, actor: Actor, conversation_id: UUID) -> str:
    sharing.share_conversation(actor=actor, conversation_id=conversation_id)
    return _own_address(conversation_id)


def _unshare(_request: HttpRequest, actor: Actor, conversation_id: UUID) -> str:
    sharing.unshare_conversation(actor=actor, conversation_id=conversation_id)
    return _own_address(conversation_id)


def _add_file(request: HttpRequest, actor: Actor, conversation_id: UUID) -> str:
    get_conversation(conversation_id=conversation_id, actor=actor)
    limits.check("file", str(actor.user_id))
    sent = request.FILES.get("file")
    if sent is None:
        raise DocumentEmptyError
    files.add_file(actor=actor, conversation_id=conversation_id, upload=upload_of(sent))
    return _own_address(conversation_id)


def _to_file(do: Callable[..., object]) -> Callable[[HttpRequest, Actor, UUID], str]:
    def act(request: HttpRequest, actor: Actor, conversation_id: UUID) -> str:
        get_conversation(conversation_id=conversation_id, actor=actor)
        do(actor=actor, conversation_id=conversation_id, file_id=_file_id(request))
        return _own_address(conversation_id)

    return act


def _publish_file(request: HttpRequest, actor: Actor, conversation_id: UUID) -> str:
    get_conversation(conversation_id=conversation_id, actor=actor)
    limits.check("upload", str(actor.user_id))
    publish_file(
        actor=actor, conversation_id=conversation_id, file_id=_file_id(request), readers=_readers(request)
    )
    return f"{_own_address(conversation_id)}?published=1"


def _readers(request: HttpRequest) -> NamedReaders:
    """Return whom the form names: a department, or nobody for everyone."""
    chosen = request.POST.get("department", "")
    department_id = uuid_or_none(chosen)
    if chosen and department_id is None:
        raise UnknownDepartmentError
    return NamedReaders([department_id] if department_id else [])


def _file_id(request: HttpRequest) -> UUID:
    file_id = uuid_or_none(request.POST.get("file"))
    if file_id is None:
        raise NotFoundError
    return file_id


def _delete(_request: HttpRequest, actor: Actor, conversation_id: UUID) -> str:
    organizing.delete_conversation(actor=actor, conversation_id=conversation_id)
    return f"{reverse('chat')}?deleted={conversation_id}"


def _restore(_request: HttpRequest, actor: Actor, conversation_id: UUID) -> str:
    organizing.restore_conversation(actor=actor, conversation_id=conversation_id)
    return reverse("conversation", args=[conversation_id])


def _own_address(conversation_id: UUID) -> str:
    return reverse("conversation-settings", args=[conversation_id])


ACTIONS: dict[str, Callable[[HttpRequest, Actor, UUID], str]] = {
    "rename": _rename,
    "pin": _changing(ConversationChanges(pinned=True)),
    "unpin": _changing(ConversationChanges(pinned=False)),
    "archive": _changing(ConversationChanges(archived=True)),
    "unarchive": _changing(ConversationChanges(archived=False)),
    "share": _share,
    "add_file": _add_file,
    "remove_file": _to_file(remove_file),
    "retry_file": _to_file(files.read_again),
    "accept_file": _to_file(files.use_as_it_is),
    "publish_file": _publish_file,
    "unshare": _unshare,
    "delete": _delete,
    "restore": _restore,
}


@require_safe
@login_required
def shared(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """Show a colleague's conversation; raises NotFoundError also where a document behind it is not open to
    the reader."""
    actor = request_actor(request)
    share = sharing.open_share(actor=actor, share_id=share_id)
    documents = sharing.cited_documents(actor=actor, share=share)
    if not retrieval_access.may_open_all(documents, retrieval_access.reader_of(actor)):
        raise NotFoundError
    page = shared_page(actor=actor, share=share, before=request.GET.get("before"), limit=MESSAGES_SHOWN)
    context = {
        "actor": actor,
        "share": share,
        "exchanges": exchanges_of(page.items),
        "earlier_url": f"{request.path}?before={page.earlier}" if page.earlier else "",
        "latest_url": request.path if "before" in request.GET else "",
        "passage_url": reverse("passage", args=[UUID(int=0)]),
    }
    return render(request, "chat/shared.html", context)
