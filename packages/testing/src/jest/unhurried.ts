/** Tests that only compute get what others leave of the processor: none of them is given up but where it hangs. */
jest.setTimeout(20 * 60_000);
