/** The texts of the page of the password. */
export const password = {
  title: 'Password',
  without: 'Only the token opens this page.',
  with: 'A password opens this page, and the token still does.',
  open: 'Where you are, nobody has to log in.',
  text: 'A password is easier to type than the token, and easier to guess: take several words. It is kept as a hash.',
  new: 'New password',
  hint: '8 characters or more; the longer, the better.',
  choose: 'Choose this password',
  remove: 'Have no password',
  plain: 'This page came without encryption, and so would the password go to ponor: whoever can listen in your network can read it.',
  chosen: 'The password is chosen. Whoever else was logged in has to log in again.',
  removed: 'There is no password any more. Whoever else was logged in has to log in again.',
} as const;
