import type { privacy as pattern } from '../en/privacy.ts';

export const privacy: typeof pattern = {
  lead: '未经你的要求，任何内容都不会离开这台电脑。',
  leavesTitle: '哪些内容会离开本机',
  leaves:
    '文档、提问、回答和状态绝不会离开本机。没有遥测，没有账号，也不会自动检查更新。只有当你开始下载时，Anser 才会连接其他计算机。',
  addresses: 'Anser 可能连接的所有地址',
  address: '地址',
  purpose: '用途',
  purposes: {
    'model-download': '在你开始下载时获取模型，只以“anser”的名义发送对该文件的请求。',
    'model-delivery': 'Hugging Face 的分发网络：huggingface.co 或 hf-mirror.com 把下载转交给它时，由它发送文件。',
    loopback: '本机自身：浏览器由此连接 Anser，不会进入任何网络。',
  },
  redirects:
    '这些主机可能会把下载转交给各自的分发网络。Anser 只会转到此表中的主机（*. 代表该名称之下的所有主机），只使用加密连接，且最多连续转五次。指向其他地方的转交不会被跟随。',
  proxy: '如果你在设置中填写了代理，Anser 会连接该代理，由它连接这些主机，它也会因此知道是哪些主机。',
  links: '点击回答中的链接时，Anser 会先显示它指向哪里，再用浏览器打开。回答中的图片不会被加载。',
  storedTitle: '存储了什么，存在哪里',
  stored: '所有内容都在一个文件夹中：',
  storedItems: {
    chats: '对话、提问和摘要：存于数据库。',
    documents: '文档：从中提取的文字。不会改动你的原始文件。',
    states: '状态：模型对对话和文档的记忆，其中可能含有原文的痕迹。',
    models: '模型：在模型文件夹中，或你链接的位置。如果开启了保留量化后的权重，它们在“quantised”中。',
    settings: '设置：存于一个小文件。',
  },
  removalTitle: '删除意味着什么',
  removal: {
    bin: '对话或文档会连同其状态在“最近删除”中保留 30 天。到期后，或当你永久删除时，全部内容会从磁盘上清除。',
    document: '删除文档也会删除它的文字、摘要、问答以及各次阅读的状态。原始文件会保留。',
    states: '你命名过的状态会一直保留到你删除它，即使它的对话或文档已不在。',
    models: '移除链接的模型只会把它从列表中去掉。模型文件夹中的文件只有在你确认后才会删除，保留的量化权重也随之删除。',
    all: '如需清除全部内容，请退出 Anser 并删除数据文件夹。',
  },
  openBin: '最近删除',
};
