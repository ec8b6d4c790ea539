/**
 * What secondary models say of one track, frame by frame, made into what is said of it as a whole: of each attribute (a
 * colour, a make) the label that was seen most and most surely. A label keeps its place until another leads it clearly,
 * so that a car at dusk is not red and blue by turns. Pure.
 */
import type { TrackAttribute } from '@vedette/protocol'
import { fraction } from './tracks_text.ts'

/** Of one model, and labels that compete for one attribute: a model that reads texts tells a new one each frame. */
const MOST_ATTRIBUTES = 8
const MOST_LABELS = 16
/** By how much another label must lead. */
const LEAD = 1.2
const LONGEST = 200

interface Ballot {
  stage: number
  /** Sum of probabilities, by label. */
  votes: Map<string, number>
  looks: number
  winner: string
}

export class AttributeVotes {
  readonly #ballots: Ballot[] = []

  /** `place`: the how manieth label of this stage it is in this frame, from 0. */
  add(stage: number, place: number, label: string, probability: number): void {
    const name = label.slice(0, LONGEST)
    const ballot = name === '' ? undefined : this.#ballotOf(stage, place, name)
    if (!ballot) return
    const { votes } = ballot
    if (!votes.has(name) && votes.size >= MOST_LABELS) votes.delete(leastOf(votes, ballot.winner))
    const vote = (votes.get(name) ?? 0) + probability
    votes.set(name, vote)
    ballot.looks++
    if (vote > (votes.get(ballot.winner) ?? 0) * LEAD) ballot.winner = name
  }

  /** `confidence`: of all looks, unsure ones counted less, the share that saw it. */
  get winners(): TrackAttribute[] {
    return this.#ballots.map(({ stage, votes, looks, winner }) => {
      return { stage, label: winner, confidence: fraction((votes.get(winner) ?? 0) / looks) }
    })
  }

  get hasWinners(): boolean {
    return this.#ballots.length > 0
  }

  /** As messages carry them; null when there are none. */
  get json(): Buffer | null {
    return this.hasWinners ? Buffer.from(JSON.stringify(this.winners)) : null
  }

  /** A model that says less than usual of an object shifts the places: a label stays with its attribute. */
  #ballotOf(stage: number, place: number, label: string): Ballot | undefined {
    const ofStage = this.#ballots.filter((ballot) => ballot.stage === stage)
    const known = ofStage.find(({ votes }) => votes.has(label)) ?? ofStage[place]
    if (known || this.#ballots.length >= MOST_ATTRIBUTES) return known
    const ballot: Ballot = { stage, votes: new Map(), looks: 0, winner: label }
    this.#ballots.push(ballot)
    return ballot
  }
}

function leastOf(votes: ReadonlyMap<string, number>, winner: string): string {
  const [least] = [...votes].filter(([label]) => label !== winner).sort(([, a], [, b]) => a - b)
  return least?.[0] ?? winner
}
