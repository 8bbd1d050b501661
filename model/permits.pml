/*
 * The daily cap is never passed, and neither is the number in flight.
 *
 * Two lineages, so two tokens, of one account, each with some activity attempts that may be killed at any step;
 * midnight comes somewhere. The permit workflow may be renewed (its state is carried), or terminated and started again
 * without a state. Messages that return a permit may come late. That AWS accepts one token once is shown by once.pml.
 *
 * Steps and assumptions are named as in once.pml. The pace of StartChangeSet, and answers that only say when to return, are
 * no steps: a worker comes to its step later.
 */
#define LINEAGES 2
#ifndef ATTEMPTS
#define ATTEMPTS 3
#endif
#define WINDOW 2 /* from the permit to the last moment at which the submit can land */
#define SETTLE 1 /* what AWS accepted is listed this long after */
#ifndef CAP
#define CAP 1
#endif
#ifndef MIDNIGHT
#define MIDNIGHT 4 /* 0: it has passed */
#endif
#ifndef IN_FLIGHT
#define IN_FLIGHT LINEAGES
#endif
#define NONE 255

/* AWS */
byte day, toMidnight = MIDNIGHT;
byte acceptedOn[2];            /* how many of ours, by day */
byte acceptance[LINEAGES] = NONE; /* the day on which AWS accepted it */
byte listedIn[LINEAGES];
bool runs[LINEAGES];

/* The workers' requests on their way, and returns on theirs. */
byte sendFor[LINEAGES];        /* how long the attempt may send still, its landing included */
bool flying[LINEAGES];
byte landsIn[LINEAGES];
byte returning[LINEAGES] = NONE; /* the number of the grant that is returned */

/* The permit workflow: for each token the days that it counts in, and its newest grant. */
byte days[LINEAGES];           /* by grants that are over, and were not returned */
byte grant[LINEAGES];          /* the newest one's number */
byte openDays[LINEAGES], openFor[LINEAGES];
bool inFlight[LINEAGES], wasInFlight[LINEAGES];
byte recount = NONE;           /* bits: tokens whose sets a recount looks for */
bool recountListed;            /* AWS has listed what runs for it */
byte quietFor;                 /* a run without a state grants nothing until then */
bool terminated;

#define bit(d) (1 << (d))
#define counts(t, d) (((days[t] | openDays[t]) >> (d)) & 1)
#define countOf(d) (counts(0, d) + counts(1, d))
#define numberInFlight (inFlight[0] + inFlight[1])
#define isListed(t) (acceptance[t] != NONE && listedIn[t] == 0)
#define needsTomorrow (day == 0 && toMidnight <= WINDOW)
#if CAP >= LINEAGES
#define needed 0 /* the cap keeps nothing back: a search for the number in flight */
#else
#ifdef COUNT_TODAY_ONLY
#define needed (bit(day))
#else
#define needed (bit(day) | (needsTomorrow << 1))
#endif
#endif
#ifdef COUNT_BY_LISTING
#define isFull(t, d) (((needed >> d) & 1) && ((isListed(0) && acceptance[0] == d) + (isListed(1) && acceptance[1] == d)) >= CAP)
#else
#define isFull(t, d) (((needed >> d) & 1) && !counts(t, d) && countOf(d) >= CAP)
#endif

/* code: src/workflows/submitPermits/permits.ts giveBack */
inline returned(t, number) {
#ifdef RETURNS_HAVE_NO_NUMBER
  if
  :: true ->
#else
  if
  :: number == grant[t] && openFor[t] > 0 ->
#endif
     openDays[t] = 0; openFor[t] = 0; inFlight[t] = wasInFlight[t];
#ifdef RETURN_FORGETS_EARLIER
     days[t] = 0; inFlight[t] = false
#endif
  :: else
  fi
}

/* The fate is unknown, or AWS has accepted it: the permit lasts until AWS lists it. */
/* code: src/workflows/submitPermits/permits.ts giveBack */
inline settled(t, number) {
  if
  :: number == grant[t] && openFor[t] > SETTLE -> openFor[t] = SETTLE
  :: else
  fi
}

proctype Lineage(byte t) {
  byte attempts, mine;

  do
  :: attempts < ATTEMPTS ->
     /* The permit: one update. */
     /* code: src/workflows/submitPermits/permits.ts request */
     atomic {
       openFor[t] == 0 && quietFor == 0 ->
       if
       :: true ->
          days[t] = days[t] | openDays[t]; openDays[t] = 0;
          if
          :: isFull(t, 0) || isFull(t, 1) -> goto again
          :: else
          fi;
          if
          :: !inFlight[t] && numberInFlight >= IN_FLIGHT -> goto again
          :: else
          fi;
          attempts++; grant[t]++; mine = grant[t]; sendFor[t] = WINDOW;
#ifndef RECOUNT_TAKES_NEW_PERMITS
          if :: recount != NONE -> recount = recount & (t == 0 -> 2 : 1) :: else fi;
#endif
          openDays[t] = needed; openFor[t] = WINDOW + SETTLE;
          wasInFlight[t] = inFlight[t]; inFlight[t] = true
       fi
     };
     if
     :: /* code: src/activities/changeSetRemediation/submit.ts checkAndSend */
        atomic { acceptance[t] == NONE && sendFor[t] > 0 ->
          /* assumes: A request takes effect within 30 seconds, and not after its connection has ended */
          flying[t] = true; landsIn[t] = sendFor[t] };
        /* code: src/activities/changeSetRemediation/permit.ts permitOf */
        atomic { !flying[t] ->
#ifdef UNKNOWN_IS_RETURNED
          if :: acceptance[t] == NONE || returning[t] != NONE :: else -> returning[t] = mine fi;
#endif
          /* At once, or never: what comes between is between. */
          if :: settled(t, mine) :: true fi;
          if
          :: acceptance[t] != NONE -> break
          :: true /* nobody knows */
          fi
        }
     :: /* Certainly not sent. */
        /* code: src/activities/changeSetRemediation/permit.ts permitOf */
        atomic { returning[t] == NONE -> returning[t] = mine }
     :: true                         /* killed, or too late to send */
     fi;
again: skip
  :: else -> break
  od
}

active proctype World() {
  byte t;
  end: do
  /* world: AWS takes a request, or it is lost */
  :: atomic { flying[0] -> t = 0; goto land }
  /* world: AWS takes a request, or it is lost */
  :: atomic { flying[1] -> t = 1; goto land }
  /* code: src/workflows/submitPermits/permits.ts giveBack */
  :: atomic { returning[0] != NONE -> returned(0, returning[0]); returning[0] = NONE }
  /* code: src/workflows/submitPermits/permits.ts giveBack */
  :: atomic { returning[1] != NONE -> returned(1, returning[1]); returning[1] = NONE }
  /* world: a change set ends */
  :: atomic { runs[0] -> runs[0] = false }
  /* world: a change set ends */
  :: atomic { runs[1] -> runs[1] = false }
#if IN_FLIGHT < LINEAGES
  /* A recount begins by what is settled, lists the running sets, and is applied later, or not at all. */
  /* code: src/workflows/submitPermits/permits.ts recountBegun */
  :: atomic { recount == NONE && numberInFlight > 0 ->
#ifdef RECOUNT_TAKES_OPEN_PERMITS
       recount = 3
#else
       recount = (inFlight[0] && openFor[0] == 0) | ((inFlight[1] && openFor[1] == 0) << 1)
#endif
       ; recountListed = false
     }
  /* code: src/activities/submitPermits/index.ts runningSubmits */
  :: atomic { recount != NONE && !recountListed ->
       if :: runs[0] && isListed(0) -> recount = recount & 2 :: else fi;
       if :: runs[1] && isListed(1) -> recount = recount & 1 :: else fi;
       recountListed = true
     }
  /* code: src/workflows/submitPermits/permits.ts recounted */
  :: atomic { recount != NONE && recountListed ->
       if :: recount & 1 -> inFlight[0] = false :: else fi;
       if :: recount & 2 -> inFlight[1] = false :: else fi;
       recount = NONE; recountListed = false
     }
  /* code: src/workflows/submitPermits/permits.ts recountFailed */
  :: atomic { recount != NONE && !recountListed -> recount = NONE }
#endif
  /* An operator terminates the workflow; the next run waits, and begins with what AWS lists. */
  /* code: src/activities/submitPermits/index.ts countSubmits */
  :: atomic { !terminated -> terminated = true;
       days[0] = 0; days[1] = 0; openDays[0] = 0; openDays[1] = 0; openFor[0] = 0; openFor[1] = 0;
       inFlight[0] = false; inFlight[1] = false; recount = NONE; recountListed = false;
       quietFor = WINDOW + SETTLE + 1 /* at 1 it lists */
#ifdef NEW_RUN_GRANTS_AT_ONCE
       ; quietFor = 0; goto listing
#endif
     }
  /* code: src/workflows/submitPermits/permits.ts counted */
  :: atomic { terminated && quietFor == 1 -> listing: quietFor = 0;
       /* assumes: ListChangeSets shows an accepted change set 10 seconds after the activity attempt that sent it has ended */
       if :: isListed(0) -> days[0] = bit(acceptance[0]); inFlight[0] = runs[0] :: else fi;
       if :: isListed(1) -> days[1] = bit(acceptance[1]); inFlight[1] = runs[1] :: else fi
     }
#ifdef STATE_LOST_AT_RENEWAL
  /* code: src/workflows/submitPermits/permits.ts carriedState */
  :: atomic { days[0] = 0; days[1] = 0; openDays[0] = 0; openDays[1] = 0; openFor[0] = 0; openFor[1] = 0 }
#endif
  od;
land:
  /* world: AWS takes a request, or it is lost */
  /* assumes: AWS counts a change set to the UTC day in which it accepted it */
  atomic {
    if
    :: true /* lost on its way */
    :: acceptance[t] == NONE ->
       acceptance[t] = day; acceptedOn[day]++; runs[t] = true; listedIn[t] = SETTLE;
       assert(acceptedOn[0] <= CAP && acceptedOn[1] <= CAP);
       assert(runs[0] + runs[1] <= IN_FLIGHT)
    fi;
    flying[t] = false; landsIn[t] = 0; t = 0;
    goto end
  }
}

inline down(clock) { if :: clock > 0 -> clock-- :: else fi }
active proctype Clock() {
  end: do
  /* world: time */
  :: atomic {
       !(flying[0] && landsIn[0] == 0) && !(flying[1] && landsIn[1] == 0) && quietFor != 1 ->
       down(landsIn[0]); down(landsIn[1]); down(sendFor[0]); down(sendFor[1]); down(listedIn[0]); down(listedIn[1]);
       down(openFor[0]); down(openFor[1]); down(quietFor); down(toMidnight);
       if :: toMidnight == 0 -> day = 1 :: else fi
     }
  od
}

/* world: two lineages begin */
init { atomic { run Lineage(0); run Lineage(1) } }
