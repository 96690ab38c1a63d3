/** Short notes at the edge of the window: what was done, with a way to undo it, and what went wrong. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ToastItem } from '../ui/Toasts.tsx';

export type Toast = ToastItem;

export interface ToastState {
  readonly toasts: readonly Toast[];
}
export type Toasts = StoreApi<ToastState> & {
  show(toast: Omit<Toast, 'id'>): void;
  dismiss(id: number): void;
};

/** The newest few stay: a pile would hide the view. */
const MOST = 3;

export function createToasts(): Toasts {
  let nextId = 1;
  const store = createStore<ToastState>(() => ({ toasts: [] }));
  return Object.assign(store, {
    show: (toast: Omit<Toast, 'id'>) =>
      store.setState(({ toasts }) => ({ toasts: [...toasts, { ...toast, id: nextId++ }].slice(-MOST) })),
    dismiss: (id: number) => store.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) })),
  });
}
