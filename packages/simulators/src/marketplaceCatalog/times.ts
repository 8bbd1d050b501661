/**
 * A time as the service writes it: exactly 20 characters, `YYYY-MM-DDThh:mm:ssZ`, in UTC and without milliseconds
 * (service model 2018-09-17).
 */
export function serviceTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
