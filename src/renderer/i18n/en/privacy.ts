/** Words of the privacy page. */
export const privacy = {
  lead: 'Nothing leaves this machine unless you ask for it.',
  leavesTitle: 'What leaves this machine',
  leaves:
    'Documents, questions, answers and states never do. There is no telemetry, no account and no automatic update check. Anser contacts other computers only when you start a download.',
  addresses: 'Every address that Anser may contact',
  address: 'Address',
  purpose: 'What for',
  purposes: {
    'model-download':
      'Downloading a model, when you start it. Only the request for the file is sent, in the name of “anser”.',
    'model-delivery':
      'The delivery network of Hugging Face, which sends the file when huggingface.co or hf-mirror.com refers the download to it.',
    loopback: 'This machine itself: how your browser reaches Anser. It never goes onto a network.',
  },
  redirects:
    'These hosts may hand a download over to their delivery networks. Anser follows only to a host of this table (*. stands for every host below a name), only by an encrypted connection, and at most five times in a row. A host that refers it elsewhere is not followed.',
  proxy:
    'If you enter a proxy in the settings, Anser connects to that proxy, which connects to these hosts and learns which they are.',
  links:
    'A link in an answer opens in your browser, after Anser has shown you where it leads. Images in answers are not loaded.',
  storedTitle: 'What is stored, and where',
  stored: 'Everything lies in one folder:',
  storedItems: {
    chats: 'Chats, questions and summaries: in a database.',
    documents: 'Documents: the text that was taken from them. Your original files are not touched.',
    states: 'States: what the model remembers of chats and documents. They can contain traces of the text.',
    models:
      'Models: in the models folder, or where you linked them. Kept quantised weights, if you switched that on, in “quantised”.',
    settings: 'Settings: in a small file.',
  },
  removalTitle: 'What deleting means',
  removal: {
    bin: 'A chat or document goes to “Recently deleted” for 30 days, with its states. Then, or when you delete it for good, all of it is erased from the disk.',
    document:
      'Deleting a document also deletes its text, its summaries, its questions and the states of its readings. The original file stays.',
    states: 'A state that you named stays until you delete it, also when its chat or document is gone.',
    models:
      'Removing a linked model only takes it off the list. A file in the models folder is deleted only if you say so, and its kept quantised weights with it.',
    all: 'To erase everything, quit Anser and delete the data folder.',
  },
  openBin: 'Recently deleted',
};
