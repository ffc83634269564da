"""Who acts for whom: looked up once, for the organisations of the demo keep their people."""

from __future__ import annotations

import random
from datetime import datetime

from sqlalchemy.orm import Session

from workflows.engine.operations import OFFICE_ZONE
from workflows.organisations import lanes
from workflows.organisations.actors import Actor, actor_of
from workflows.storage.organisations import Organisation, Role


class Who:
    """Remembers people, their posts, and the organisations behind the relations of an applicant."""

    def __init__(self, session: Session, dice: random.Random) -> None:
        self.session, self.dice = session, dice
        self._actors: dict[int, Actor] = {}
        self._holders: dict[tuple[str, str, int], tuple[lanes.Holder, ...]] = {}
        self._organisations: dict[int, dict[str, Organisation]] = {}

    def actor(self, person_id: int, now: datetime) -> Actor:
        """The person with the posts held now."""
        if person_id not in self._actors:
            self._actors[person_id] = actor_of(self.session, person_id, now.astimezone(OFFICE_ZONE).date())
        return self._actors[person_id]

    def acting(self, applicant_id: int, relation: str, now: datetime) -> Organisation | None:
        """The organisation a relation points to for an applicant."""
        if applicant_id not in self._organisations:
            on = now.astimezone(OFFICE_ZONE).date()
            self._organisations[applicant_id] = lanes.acting_organisations(self.session, applicant_id, on)
            applicant = self._organisations[applicant_id].get(lanes.APPLICANT)
            if applicant is not None and applicant.valid_from == on:
                self._actors.clear()  # an organisation of today: people have new posts in it
        return self._organisations[applicant_id].get(relation)

    def someone(self, relation: str, role: str, applicant_id: int, now: datetime) -> Actor | None:
        """Who does the tasks of a lane: mostly the first of those who may; None when nobody may."""
        self.acting(applicant_id, relation, now)
        key = (relation, role, applicant_id)
        if key not in self._holders:
            on = now.astimezone(OFFICE_ZONE).date()
            self._holders[key] = lanes.holders(self.session, relation, role, applicant_id, on)
        found = self._holders[key]
        return self.actor(found[0 if self.dice.random() < 0.7 else -1].person_id, now) if found else None

    def secretary(self, applicant_id: int, now: datetime) -> Actor | None:
        """The secretary of the organisation that applies."""
        return self.someone(lanes.APPLICANT, Role.SECRETARY, applicant_id, now)
