/**
 * The kinds of events that the vendors' documents name and that the service does not act on, by source. They are ignored
 * in silence; a kind that is neither here nor read is reported once.
 *
 * Sources, read on 2026-11-29: AWS Marketplace Seller Guide, “Amazon EventBridge events”; AWS Marketplace Buyer Guide,
 * “AWS Marketplace Agreement EventBridge Events”, “AWS Marketplace Private Marketplace EventBridge events” and “AWS
 * Marketplace private offer Amazon EventBridge events”; Amazon EventBridge events reference, “AWS Marketplace Discovery
 * events”; Buy with Prime API, “Event Types”, with the names that its older versions use.
 */

/** Detail-types of `aws.agreement-marketplace`. The guides add the party to most: see {@link agreementParties}. */
export const agreementTypes: readonly string[] = [
  'Purchase Agreement Created',
  'Purchase Agreement Amended',
  'Purchase Agreement Ended',
  'Purchase Agreement Ending',
  'Purchase Agreement Renewal Terms Finalized',
  'Purchase Agreement Renewal Upcoming',
  'Purchase Agreement Advisory Issued',
  'Purchase Agreement Advisory Resolved',
  'Purchase Agreement Billing Adjustment Completed',
  'Purchase Agreement Billing Adjustment Failed',
  'Agreement Cancellation Request Pending Approval',
  'Agreement Cancellation Request Approved',
  'Agreement Cancellation Request Rejected',
  'Agreement Cancellation Request Cancelled',
  'Agreement Cancellation Request Validation Failed',
  'License Updated',
  'License Deprovisioned',
];

/** Who gets an agreement's event: `Purchase Agreement Created - Proposer`. */
export const agreementParties: readonly string[] = ['Proposer', 'Manufacturer', 'Acceptor'];

/** Detail-types of `aws.marketplace`. */
export const marketplaceTypes: readonly string[] = ['Disbursement Paused'];

/** Detail-types of `aws.private-marketplace`. */
export const privateMarketplaceTypes: readonly string[] = [
  'Product Request Created',
  'Product Request Approved',
  'Product Request Declined',
];

/** Detail-types of `aws.discovery-marketplace`. */
export const discoveryTypes: readonly string[] = ['Listing Available', 'Private Offer Available'];

/** Descriptors of Buy with Prime. */
export const buyWithPrimeTypes: readonly string[] = [
  'PRODUCT_INVENTORY_CHANGED',
  'PACKAGE_DELIVERED',
  'PACKAGE_DELIVERY_CANCELLED',
  'PACKAGE_DELIVERY_FAILURE',
  'PACKAGE_DELIVERY_IN_TRANSIT',
  'PACKAGE_TRACKER_MILESTONE_CHANGED',
  'PERSONAL_DATA_DELETION_TASK_COMPLETED',
  'PERSONAL_DATA_DELETION_TASK_FAILED',
  'PERSONAL_DATA_RETRIEVAL_TASK_COMPLETED',
  'PERSONAL_DATA_RETRIEVAL_TASK_FAILED',
  'REFUND_REQUESTED',
  'RETURN_COMPLETED',
  'RETURN_ITEM_GRADED',
  'RETURN_PACKAGE_DELIVERED',
  'RETURN_PACKAGE_DELIVERY_FAILED',
  'RETURN_PACKAGE_IN_TRANSIT',
  'RETURN_STARTED',
  'DELIVERY_CANCELLED',
  'DELIVERY_COMPLETED',
  'DELIVERY_IN_TRANSIT',
  'ITEM_CANCELLED',
  'ITEM_DELIVERED',
  'ITEM_IN_TRANSIT',
  'RETURN_DELIVERY_COMPLETED',
  'RETURN_DELIVERY_FAILED',
  'RETURN_DELIVERY_IN_TRANSIT',
];
