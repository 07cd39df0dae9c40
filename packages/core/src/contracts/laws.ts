/** A list of negatives that a method feeds to its terms. */
export interface NegativesLaw {
  /** The feed's name. */
  readonly feed: string
  /** `counts`: how often each training sample is one, `[batch, samples]`; `ids`: their ids, `[batch, any]`. */
  readonly form: 'counts' | 'ids'
  /** Whether samples of the same class may be among them; never the sample itself. Left out: they may not. */
  readonly sameClass?: boolean
}

/**
 * What a method says of itself, for the conformance kit of `@umbra/core/testing` to check.
 *
 * Lists hold names of terms unless they say otherwise. Two sorts: promises, which are checked where they are given
 * (`identity`, `pull`, `wrongClasses`, `negatives`), and exemptions from what holds for all methods that give none.
 */
export interface MethodLaws {
  /** At rest where the student equals every teacher, logits and taps: no gradient there. */
  readonly identity?: readonly string[]
  /**
   * They pull with full strength, a gradient of about T on the teacher's class, even where the student gives that class
   * almost no probability: `T^2 KL(teacher || student)` does, `KL(student || teacher)` and a mean over classes do not.
   */
  readonly pull?: readonly string[]
  /** They look at wrong classes alone: the labelled class's logit, of either network, makes no difference. */
  readonly wrongClasses?: readonly string[]
  /** Feeds of negatives, which must be of other samples. */
  readonly negatives?: readonly NegativesLaw[]
  /** The temperature T that terms are multiplied by T^2 for: a scalar's name. Left out: `temperature`, if there is one. */
  readonly temperature?: string

  /** Their gradient is meant to change with a high temperature. */
  readonly temperatureFree?: readonly string[]
  /** They change when a constant is added to all logits of a sample of the student's. */
  readonly shifted?: readonly string[]
  /** An example's value depends on the other examples of its batch. */
  readonly relational?: readonly string[]
  /** Moreover it depends on the order of the batch. */
  readonly ordered?: readonly string[]
  /** They change with the number of teachers, even where all are the same. */
  readonly countsTeachers?: readonly string[]
  /** They send no gradient to anything. */
  readonly constant?: readonly string[]
  /** Variables whose gradient is a multiple of the loss's own, on purpose (reversed, scaled). */
  readonly scaledGradients?: readonly string[]
  /** State that stays as prepared; a name, or what names start with. */
  readonly fixedState?: readonly string[]
}
