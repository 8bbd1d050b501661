/*
 * A submit takes effect once, and never over what AWS has shown for longer than a check counts.
 *
 * One attempt of one lineage: one token and one name. Its workflow may be reset once, at any moment, while a worker still
 * runs the old run's activity. A worker may be frozen between any two of its steps, killed, or lose the answer. The
 * workflow of the permits may be terminated once. AWS forgets tokens, or does not list what it accepted; not both
 * (docs/reliability.md).
 *
 * Each step names the function that is that step (`code`), or what of the world it is (`world`); each assumption about AWS
 * stands where it is made (`assumes`). A test compares all of them with the code and with docs/reliability.md.
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
#define NONE 255

/* One of these two is enough. */
/* assumes: AWS accepts a ClientRequestToken once, and answers a repeat with the same change set */
#ifdef AWS_FORGETS_TOKENS
#define remembers(me) false
#else
#define remembers(me) (firstToken == tokenOf(me))
#endif
/* assumes: ListChangeSets shows an accepted change set 10 seconds after the activity attempt that sent it has ended */
/* assumes: A filter on an entity lists every change set of the account on it */
#ifdef AWS_LISTS_NOTHING
#define isListed false
#else
#define isListed (accepted > 0 && listedIn == 0)
#endif

/* The rules. */
/* code: src/workflows/changeSetRemediation/lineage.ts submitToken */
#ifdef TOKEN_PER_ATTEMPT
#define tokenOf(me) (me + 1)
#else
#define tokenOf(me) 1
#endif
/* code: src/activities/changeSetRemediation/submit.ts mayStillSend */
#ifdef STALE_CHECK_COUNTS
#define isFresh(me) true
#else
#define isFresh(me) (checkAge[me] <= FRESH)
#endif
/* code: src/activities/changeSetRemediation/submit.ts mayStillSend */
#ifdef SENDS_UNTIL_THE_END
#define hasTime(me) (own[me] <= ATTEMPT)
#else
#define hasTime(me) (own[me] + FLIGHT <= ATTEMPT)
#endif
/* code: src/activities/changeSetRemediation/permit.ts permitFor */
#ifdef PERMIT_ENDS_EARLY
#define permitLasts(me) FRESH
#else
#define permitLasts(me) ((own[me] < ATTEMPT -> ATTEMPT - own[me] : 0) + SETTLE)
#endif

byte accepted;            /* change sets in effect */
byte firstToken;          /* the token of the first */
byte listedIn;            /* until AWS lists it */
byte foreignAge = NONE;   /* since AWS lists somebody else's change set on the entity */

byte own[SLOTS] = NONE;      /* since the worker began the activity attempt, by its own clocks, until it sends */
byte checkAge[SLOTS] = NONE; /* since its check began, likewise */
bool flying[SLOTS];       /* its request is on its way to AWS */
bool refused[SLOTS];      /* AWS has answered that it did not accept it */
byte landsIn[SLOTS];      /* at the latest */
byte started;
byte newest = NONE;       /* the activity attempt whose answer the server waits for */
bool done, resetDone;

byte permit = NONE;       /* the permit workflow's state of this token: who holds it */
byte permitFor;           /* and how long still */
#ifdef PERMITS_TERMINATED
byte quietFor;            /* a run of it without a state grants nothing until then */
bool terminated;
#else
#define quietFor 0
#endif

/* The server hears how an activity attempt has ended; it no longer listens to an older one. */
inline failed(me) {
  if :: newest == me -> newest = NONE :: else fi
}
inline succeeded(me) {
  if :: newest == me -> newest = NONE; done = true :: else fi
}
/* code: src/activities/changeSetRemediation/submit.ts checkBefore */
inline check(me) {
  checkAge[me] = 0;
  seen = isListed;
  overtaken = (foreignAge != NONE)
}
/* code: src/workflows/submitPermits/permits.ts giveBack */
inline giveBack(me) {
  if :: permit == me -> permit = NONE; permitFor = 0 :: else fi
}
/* code: src/workflows/submitPermits/permits.ts giveBack */
inline settleSoon(me) {
  if :: permit == me && permitFor > SETTLE -> permitFor = SETTLE :: else fi
}

proctype Worker(byte me) {
  bool seen, overtaken;

  /* code: src/activities/changeSetRemediation/submit.ts submitSuccessor */
  atomic { own[me] = 0 };
#ifdef CHECK_BEFORE_PERMIT
  /* code: src/activities/changeSetRemediation/submit.ts checkBefore */
  atomic { check(me) };
#endif
#ifndef NO_PERMIT
  /* One update of the permit workflow. It never waits: it grants, or says when to return, which the activity attempt may
     do itself. The mode may hold the submit before, or the day's cap is reached. */
  /* code: src/workflows/submitPermits/permits.ts request */
  /* code: src/activities/changeSetRemediation/submit.ts checkOnly */
  atomic {
    if
    :: permitFor == 0 && quietFor == 0 -> permit = me; permitFor = permitLasts(me)
    :: true ->
       /* Nothing is sent; what is there can be adopted. */
       check(me);
       if :: seen -> succeeded(me) :: else -> failed(me) fi;
       goto ended
    fi
  };
  if
  :: true
  :: /* No answer came: the activity attempt ends, and what comes late is given back, later or never. */
     /* code: src/delivery/submitPermits.ts request */
     atomic { failed(me) };
     /* code: src/delivery/submitPermits.ts giveLateBack */
     atomic { giveBack(me); goto ended }
  fi;
#endif
#ifndef CHECK_BEFORE_PERMIT
  /* code: src/activities/changeSetRemediation/submit.ts checkBefore */
  atomic { check(me) };
#endif
#ifdef NO_CHECK
  seen = false;
#endif
#ifdef ONLY_FIRST_ATTEMPT_CHECKS
  /* code: src/activities/changeSetRemediation/submit.ts checkBefore */
  atomic { if :: me > 0 -> seen = false :: else fi };
#endif
  /* The last check, and the bytes leave. */
  /* code: src/activities/changeSetRemediation/submit.ts checkAndSend */
  atomic {
    if
    :: seen -> giveBack(me); succeeded(me); goto ended
    :: !seen && !overtaken && isFresh(me) && hasTime(me) ->
       /* assumes: ListChangeSets shows other change sets of the account within seconds */
       assert(foreignAge == NONE || foreignAge <= FRESH);
       /* assumes: A request takes effect within 30 seconds, and not after its connection has ended */
       flying[me] = true; landsIn[me] = FLIGHT; own[me] = NONE; checkAge[me] = NONE
    :: !seen ->
       /* Certainly not sent, and what AWS sends after this point is another's: the permit is returned. */
       giveBack(me); failed(me); goto ended
    fi
  };
  /* AWS has answered, or the connection has ended: nothing of this can land any more. */
  /* code: src/activities/changeSetRemediation/permit.ts permitOf */
  atomic {
    !flying[me] ->
    if
    :: refused[me] -> giveBack(me); failed(me); goto ended
    :: !refused[me] && accepted > 0 -> succeeded(me)
    :: !refused[me] ->
       /* The answer is lost. The permit lasts until AWS lists what it may have accepted. */
       settleSoon(me); failed(me); goto ended
    fi
  };
  /* The next request of the same worker names what AWS has accepted. */
  /* code: src/delivery/submitPermits.ts accepted */
  atomic { settleSoon(me); goto ended };
ended:
  /* world: nothing of it is left */
  atomic { own[me] = NONE; checkAge[me] = NONE; refused[me] = false; seen = false; overtaken = false }
}

inline land(me) {
  if
  :: true /* lost on its way */
  :: /* assumes: AWS has not accepted a submit that it answers with a refusal */
     refused[me] = true
  :: accepted > 0 && remembers(me)
  :: !(accepted > 0 && remembers(me)) ->
     assert(accepted == 0);
     accepted = 1; firstToken = tokenOf(me); listedIn = SETTLE
  fi;
  flying[me] = false; landsIn[me] = 0
}

active proctype Aws() {
  end: do
  /* world: AWS takes a request, or refuses it */
  :: atomic { flying[0] -> land(0) }
  /* world: AWS takes a request, or refuses it */
  :: atomic { flying[1] -> land(1) }
  /* world: AWS takes a request, or refuses it */
  :: atomic { flying[2] -> land(2) }
  /* world: somebody else's change set on the entity is listed */
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
  /* world: time */
  :: atomic {
       !isDue(0) && !isDue(1) && !isDue(2) ->
       for (i : 0 .. SLOTS - 1) {
         if :: own[i] != NONE -> up(own[i], ATTEMPT + 1) :: else fi;
         if :: checkAge[i] != NONE -> up(checkAge[i], FRESH + 1) :: else fi;
         down(landsIn[i])
       }
       i = 0;
       if :: foreignAge != NONE -> up(foreignAge, FRESH + 1) :: else fi;
       down(listedIn); down(permitFor)
#ifdef PERMITS_TERMINATED
       ; down(quietFor)
#endif
     }
  od
}

/*
 * Temporal: activities of one token, whose attempts follow each other, at once or later. It gives an attempt up whenever it
 * likes, as its clock started before the worker's; a worker begins what was started when it comes to it. A reset starts a
 * run whose first attempt comes at once.
 */
active proctype Server() {
  end: do
  /* code: src/workflows/changeSetRemediation/work.ts submit */
  :: atomic { !done && started < ATTEMPTS && newest == NONE -> newest = started; run Worker(started); started++ }
  /* world: the server gives an activity attempt up */
  :: atomic { newest != NONE -> newest = NONE }
  /* world: an operator resets the workflow */
  :: atomic { !resetDone && started > 0 -> resetDone = true; done = false; newest = NONE }
#ifdef PERMITS_TERMINATED
  /* An operator terminates the workflow of the permits; the next run waits until all earlier permits are over. */
  /* code: src/activities/submitPermits/index.ts countSubmits */
  :: atomic { !terminated && permit != NONE -> terminated = true; permit = NONE; permitFor = 0
#ifndef NEW_RUN_GRANTS_AT_ONCE
       ; quietFor = ATTEMPT + SETTLE
#endif
     }
#endif
#ifdef PERMIT_LOST_AT_RENEWAL
  /* code: src/workflows/submitPermits/permits.ts carriedState */
  :: atomic { permit != NONE -> permit = NONE; permitFor = 0 }
#endif
  od
}
