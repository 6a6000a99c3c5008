"""Proposals that colleagues make in a thread: which message one came with, and who made it."""

from collections.abc import Sequence

from sqlmodel import Field, Session, SQLModel, col, select

from webapp.relations.talk.message import Message
from webapp.sales.proposal import Proposal


class ThreadProposal(SQLModel, table=True):
    """A proposal for a build, said in a thread about it."""

    __tablename__ = "thread_proposals"

    proposal_id: int = Field(primary_key=True, foreign_key="proposals.id", ondelete="CASCADE")
    message_id: int = Field(foreign_key="messages.id", unique=True, ondelete="CASCADE")
    staff_member_id: int = Field(foreign_key="staff_members.id", index=True, ondelete="RESTRICT")


def of(session: Session, thread_id: int) -> dict[int, Proposal]:
    """The proposals of a thread by the messages that they came with."""
    query = (
        select(ThreadProposal.message_id, Proposal)
        .join(Proposal, col(Proposal.id) == col(ThreadProposal.proposal_id))
        .join(Message, col(Message.id) == col(ThreadProposal.message_id))
        .where(Message.thread_id == thread_id)
    )
    return dict(session.exec(query).all())


def find(session: Session, thread_id: int, code: str) -> Proposal | None:
    return next((each for each in of(session, thread_id).values() if each.code == code), None)


def threads_of(session: Session, proposal_ids: Sequence[int]) -> dict[int, int]:
    """The threads in which proposals were made, for those that were made in one."""
    query = (
        select(ThreadProposal.proposal_id, Message.thread_id)
        .join(Message, col(Message.id) == col(ThreadProposal.message_id))
        .where(col(ThreadProposal.proposal_id).in_(proposal_ids))
    )
    return dict(session.exec(query).all())
