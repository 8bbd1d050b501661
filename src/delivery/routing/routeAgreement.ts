import { defined } from '../../defined.ts';
import type { AgreementCreated } from '../../events/types.ts';
import {
  offerAcceptedSignal,
  offerWatchType,
  offerWorkflowId,
  type OfferAgreementMessage,
  type OfferStateName,
  type OfferWatchInput,
} from '../../workflows/offerWatch/contract.ts';
import { offerSubject } from '../../workflows/offerWatch/subject.ts';
import { configuredPolicy } from '../../policies/configured.ts';
import type { Delivery, RouteContext } from '../delivery.ts';
import { subjectNames } from './text.ts';

/** One wave of deliveries, so that an agreement costs a request no more time than a release. */
const watchesAtMost = 50;

/** To the watch of one account over the offer, if it is open: an agreement opens none, unless it was held. */
function agreementDelivery(event: AgreementCreated, account: string, context: RouteContext): Delivery {
  const { eventId, agreementId, offerId, acceptorAccountId } = event;
  const message: OfferAgreementMessage = {
    eventId,
    agreementId,
    ...defined({ buyerAccountId: acceptorAccountId }),
  };
  const input: OfferWatchInput = {
    version: 1,
    account,
    offerId,
    policy: configuredPolicy('offerWatch', context),
    ...subjectNames(context),
  };
  return {
    kind: event.kind,
    eventId,
    workflowType: offerWatchType,
    workflowId: offerWorkflowId(account, offerId),
    input,
    signal: { name: offerAcceptedSignal.name, message },
    attributes: {
      state: 'watching' satisfies OfferStateName,
      account,
      attention: false,
      subject: offerSubject({ offerId, state: 'watching' }, false),
    },
    staticSummary: `Offer ${offerId}`,
    staticDetails: `- **Offer:** ${offerId}`,
    afterCompletion: 'startAgain',
    onlyIfOpen: true,
  };
}

/**
 * To every open watch over the offer: that of the account that received the event, that of the proposer, and those of the
 * other accounts that are configured for the catalog. The manufacturer gets an event of its own, but delivery is best
 * effort, and the proposer's event does not name it: the offer's id does, since no other account has a watch over it.
 */
export function agreementDeliveries(
  event: AgreementCreated,
  context: RouteContext,
): readonly [Delivery, ...Delivery[]] {
  const { accounts } = context;
  const { account, proposerAccountId, catalog } = event;
  const isHere = (id: string): boolean =>
    Object.hasOwn(accounts, id) && (catalog === undefined || accounts[id]?.catalogs.includes(catalog) === true);
  const named = proposerAccountId === undefined ? [] : [proposerAccountId];
  const others = [...new Set([...named, ...Object.keys(accounts)])].filter((id) => id !== account && isHere(id));
  return [
    agreementDelivery(event, account, context),
    ...others.slice(0, watchesAtMost - 1).map((id) => agreementDelivery(event, id, context)),
  ];
}
