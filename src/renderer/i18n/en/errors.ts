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
    'not-found': { title: 'What was asked for is gone.', nextStep: 'Go back to the list.' },
    busy: { title: 'Something else is under way here.', nextStep: 'Wait until it is finished, or stop it.' },
    'already-running': { title: 'Anser is running already.', nextStep: 'Use the window that is open.' },
    'database-damaged': {
      title: 'The database was damaged and was put aside.',
      nextStep: 'Copy the details and report them; nothing was deleted.',
    },
    'database-newer': {
      title: 'The data was made by a newer version of Anser.',
      nextStep: 'Install that version, or choose another data folder.',
    },
    'folder-read-only': { title: 'The folder cannot be written to.', nextStep: 'Choose another folder.' },
    'file-exists': {
      title: 'A file of that name is there already.',
      nextStep: 'Use the one that is there, or rename one.',
    },
    'not-removable': { title: 'This model comes with Anser.', nextStep: 'It can stay; load another model instead.' },
    'model-in-use': {
      title: 'The file that would be replaced is loaded.',
      nextStep: 'Unload that model first, or keep both files.',
    },
    offline: {
      title: 'No server can be reached.',
      nextStep: 'Check the connection and, in the settings, the proxy. Then go on with the download.',
    },
    'download-missing': {
      title: 'No server has this file any more.',
      nextStep: 'Look for a newer version of Anser, or download the model by hand and add it.',
    },
    'download-failed': {
      title: 'The download did not succeed.',
      nextStep: 'Go on with it later, or choose another mirror in the settings.',
    },
    'download-corrupt': {
      title: 'What arrived is not the file that was published.',
      nextStep: 'Download it again, perhaps from another mirror.',
    },
    'proxy-invalid': {
      title: 'The proxy’s address cannot be used.',
      nextStep: 'Write it as http://host:port in the settings, or leave it empty.',
    },
    'self-test-failed': {
      title: 'The GPU computes wrong results with this model.',
      nextStep: 'Update the graphics driver, or choose another adapter.',
    },
  } as Readonly<Record<string, ErrorText>>,
};
