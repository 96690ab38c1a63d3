/** Words of the kit. */
export const ui = {
  notifications: 'Notifications',
};
