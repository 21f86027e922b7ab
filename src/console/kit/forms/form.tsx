import type { ReactNode } from 'react';

interface FormProps {
  id?: string;
  className?: string;
  /** what it is, where it is more than fields: a search */
  role?: 'search';
  /** by its button or by Enter; the browser leaves the page where it is */
  onSubmit(): unknown;
  children: ReactNode;
}

/** Fields that are sent together. */
export function Form({ onSubmit, ...form }: FormProps) {
  return (
    <form
      {...form}
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit();
      }}
    />
  );
}
