/*
 * A submit takes effect once, and never over what AWS has shown for longer than a check counts.
 *
 * One attempt of one lineage: one token and one name. Its workflow may be reset once, at any moment, while a worker still
 * runs the old run's activity. A worker may be frozen between any two of its steps, killed, or lose the answer. AWS forgets
 * tokens, or does not list what it accepted; not both (docs/reliability.md).
 *
 * A unit of time is about fifteen seconds; clocks count up or down and stop at their bound, so time has no end.
 * `npm run model` searches all states, and again with each rule taken out.
 */
#define SLOTS 3
#ifndef ATTEMPTS
#define ATTEMPTS SLOTS
#endif
#define ATTEMPT 4 /* start-to-close of an activity attempt: 60 s */
#define FRESH 1   /* a check counts for so long: 25 s */
#define FLIGHT 2  /* a submit itself takes no longer: 30 s */
#define SETTLE 1  /* what AWS accepted is listed this long after it was accepted: 10 s */
#define BACKOFF 1 /* before the next activity attempt: 10 s */
#define NONE 255

/* The assumptions about AWS: one of them is enough. */
#ifdef AWS_FORGETS_TOKENS
#define remembers(me) false
#else
#define remembers(me) (firstToken == tokenOf(me))
#endif
#ifdef AWS_LISTS_NOTHING
#define isListed false
#else
#define isListed (accepted > 0 && listedIn == 0)
#endif

/* The rules. */
#ifdef TOKEN_PER_ATTEMPT
#define tokenOf(me) (me + 1)
#else
#define tokenOf(me) 1
#endif
#ifdef STALE_CHECK_COUNTS
#define isFresh(me) true
#else
#define isFresh(me) (checkAge[me] <= FRESH)
#endif
#ifdef SENDS_UNTIL_THE_END
#define hasTime(me) (age[me] <= ATTEMPT)
#else
#define hasTime(me) (age[me] + FLIGHT <= ATTEMPT)
#endif
#ifdef PERMIT_ENDS_EARLY
#define permitLasts(me) FRESH
#else
#define permitLasts(me) (ATTEMPT - age[me] + SETTLE)
#endif

byte accepted;            /* change sets in effect */
byte firstToken;          /* the token of the first */
byte listedIn;            /* until AWS lists it */
byte foreignAge = NONE;   /* since AWS lists somebody else's change set on the entity */

byte age[SLOTS];       /* since the server started the activity attempt */
byte checkAge[SLOTS];   /* since its check began */
bool flying[SLOTS];    /* its request is on its way to AWS */
byte landsIn[SLOTS];   /* at the latest */
byte started;
byte newest = NONE;       /* the activity attempt whose answer the server waits for */
byte nextIn;              /* until the server may start the next */
bool done, resetDone;

byte permit = NONE;       /* the permit workflow's state of this token: who holds it */
byte permitFor;           /* and how long still */

/* The server hears that an activity attempt has failed; it no longer listens to an older one. */
inline failed(me) {
  if :: newest == me -> newest = NONE; nextIn = BACKOFF :: else fi
}
inline succeeded(me) {
  if :: newest == me -> newest = NONE; done = true :: else fi
}
inline check(me) {
  checkAge[me] = 0;
  seen = isListed;
  overtaken = (foreignAge != NONE)
}

proctype Worker(byte me) {
  bool seen, overtaken;

#ifdef CHECK_BEFORE_PERMIT
  atomic { check(me) };
#endif
#ifndef NO_PERMIT
  /* One update of the permit workflow. It never waits: it grants, or says when to return. */
  atomic {
    if
    :: permitFor == 0 && age[me] <= ATTEMPT -> permit = me; permitFor = permitLasts(me)
    :: else -> failed(me); goto ended
    fi
  };
#endif
#ifndef CHECK_BEFORE_PERMIT
  atomic { check(me) };
#endif
#ifdef NO_CHECK
  seen = false;
#endif
#ifdef ONLY_FIRST_ATTEMPT_CHECKS
  atomic { if :: me > 0 -> seen = false :: else fi };
#endif
  /* The last check, and the bytes leave. */
  atomic {
    if
    :: seen -> succeeded(me); goto ended
    :: !seen && !overtaken && isFresh(me) && hasTime(me) ->
       assert(foreignAge == NONE || foreignAge <= FRESH);
       flying[me] = true; landsIn[me] = FLIGHT
    :: else ->
       /* Certainly not sent: the permit is returned. */
       if :: permit == me -> permit = NONE; permitFor = 0 :: else fi;
       failed(me); goto ended
    fi
  };
  /* AWS has answered, or the connection has ended: nothing of this can land any more. */
  atomic {
    !flying[me] ->
    if
    :: accepted > 0 -> succeeded(me)
    :: true ->
       /* The answer is lost. The permit lasts until AWS lists what it may have accepted. */
       if :: permit == me && permitFor > SETTLE -> permitFor = SETTLE :: else fi;
       failed(me)
    fi
  };
ended:
  atomic { age[me] = 0; checkAge[me] = 0 }
}

inline land(me) {
  if
  :: true /* lost on its way */
  :: accepted > 0 && remembers(me)
  :: !(accepted > 0 && remembers(me)) ->
     assert(accepted == 0);
     accepted = 1; firstToken = tokenOf(me); listedIn = SETTLE
  fi;
  flying[me] = false; landsIn[me] = 0
}

active proctype Aws() {
  end: do
  :: atomic { flying[0] -> land(0) }
  :: atomic { flying[1] -> land(1) }
  :: atomic { flying[2] -> land(2) }
  :: atomic { foreignAge == NONE -> foreignAge = 0 }
  od
}

#define isDue(me) (flying[me] && landsIn[me] == 0)
inline up(clock, bound) { if :: clock < bound -> clock++ :: else fi }
inline down(clock) { if :: clock > 0 -> clock-- :: else fi }

/* Time passes whatever the workers do, but not past the landing of what was sent. */
active proctype Clock() {
  byte i;
  end: do
  :: atomic {
       !isDue(0) && !isDue(1) && !isDue(2) ->
       for (i : 0 .. SLOTS - 1) {
         if :: i < started -> up(age[i], ATTEMPT + 1); up(checkAge[i], FRESH + 1); down(landsIn[i]) :: else fi
       }
       i = 0;
       if :: foreignAge != NONE -> up(foreignAge, FRESH + 1) :: else fi;
       down(listedIn); down(permitFor); down(nextIn)
     }
  od
}

/* Temporal: one activity, whose attempts follow each other; a reset starts a run whose first attempt comes at once. */
active proctype Server() {
  end: do
  :: atomic { !done && started < ATTEMPTS && newest == NONE && nextIn == 0 ->
       newest = started; run Worker(started); started++ }
  :: atomic { newest != NONE && age[newest] >= ATTEMPT -> newest = NONE; nextIn = BACKOFF }
  :: atomic { !resetDone && started > 0 -> resetDone = true; done = false; newest = NONE; nextIn = 0 }
#ifdef PERMIT_LOST_AT_RENEWAL
  :: atomic { permit != NONE -> permit = NONE; permitFor = 0 }
#endif
  od
}
