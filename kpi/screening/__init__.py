"""Screening of applications: what looks unlike its peers, or contradicts itself.

``screen`` asks every comparison; each lies in a module of its own and answers with flags. Comparisons with peers are
conformal: the chance of a flag is the share of peers' rows that show as much, so that a clean application, which is one
more row of the same kind, is flagged at most as often as the level of ``data/screening/rules.toml`` says
(Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005, chapter 2).
"""
