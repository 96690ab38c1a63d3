/**
 * A sentence for each error code, and the next step. Codes without an entry are shown with the message that came along.
 */
export interface ErrorText {
  readonly title: string;
  readonly nextStep: string;
}

export const errors = {
  details: 'Technical details',
  copyDetails: 'Copy details',
  unknown: 'Something went wrong.',
  byCode: {
    'connection-lost': { title: 'The connection was lost.', nextStep: 'Anser reconnects by itself. Then try again.' },
    internal: { title: 'This is a fault in Anser.', nextStep: 'Copy the details and report them.' },
    'out-of-memory': {
      title: 'There is not enough memory.',
      nextStep: 'Choose a smaller model or a lower precision, or close other programs.',
    },
    'device-lost': { title: 'The GPU stopped responding.', nextStep: 'Load the model again.' },
    'no-adapter': {
      title: 'No GPU can be used.',
      nextStep: 'Update the graphics driver, or choose the software adapter in the settings.',
    },
    'model-unloaded': { title: 'No model is loaded.', nextStep: 'Load a model first.' },
    'model-unreadable': { title: 'The model file cannot be read.', nextStep: 'Copy or download it again.' },
    'model-unsupported': { title: 'This kind of model does not run here.', nextStep: 'Choose an RWKV-7 model.' },
    'vocabulary-unreadable': {
      title: 'The model’s vocabulary cannot be read.',
      nextStep: 'Copy or download the model again.',
    },
    'vocabulary-missing': {
      title: 'The model’s vocabulary is missing.',
      nextStep: 'Put the vocabulary file beside the model.',
    },
    'snapshot-unreadable': {
      title: 'The saved state is damaged and was not used.',
      nextStep: 'Replay the conversation from its text.',
    },
    'snapshot-mismatch': {
      title: 'The saved state belongs to another model.',
      nextStep: 'Load that model, or replay the text with this one.',
    },
    'snapshot-missing': { title: 'The saved state is not there any more.', nextStep: 'Replay it from its text.' },
    'storage-failed': {
      title: 'It could not be saved.',
      nextStep: 'Check the disk and the permissions of the data folder.',
    },
    'disk-full': { title: 'The disk is full.', nextStep: 'Free some space, then try again.' },
    'document-unreadable': { title: 'The document cannot be read.', nextStep: 'Check the file, then add it again.' },
    'document-changed': { title: 'The document was changed meanwhile.', nextStep: 'Read it again from the start.' },
    'invalid-argument': { title: 'That is not possible.', nextStep: 'Check what was entered.' },
    'self-test-failed': {
      title: 'The GPU computes wrong results with this model.',
      nextStep: 'Update the graphics driver, or choose another adapter.',
    },
  } as Readonly<Record<string, ErrorText>>,
};
