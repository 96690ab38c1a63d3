import type { errors as pattern } from '../en/errors.ts';

export const errors: typeof pattern = {
  details: '技术详情',
  copyDetails: '复制详情',
  unknown: '出现了问题。',
  byCode: {
    'connection-lost': { title: '连接已断开。', nextStep: 'Anser 会自动重新连接，之后请再试一次。' },
    internal: { title: '这是 Anser 自身的错误。', nextStep: '请复制详情并反馈。' },
    'out-of-memory': { title: '内存不足。', nextStep: '请选择更小的模型或更低的精度，或关闭其他程序。' },
    'device-lost': { title: 'GPU 停止响应。', nextStep: '请重新加载模型。' },
    'no-adapter': { title: '没有可用的 GPU。', nextStep: '请更新显卡驱动，或在设置中选择软件适配器。' },
    'model-unloaded': { title: '尚未加载模型。', nextStep: '请先加载一个模型。' },
    'model-unreadable': { title: '无法读取模型文件。', nextStep: '请重新复制或下载。' },
    'model-unsupported': { title: '不支持此类模型。', nextStep: '请选择 RWKV-7 模型。' },
    'vocabulary-unreadable': { title: '无法读取模型的词表。', nextStep: '请重新复制或下载模型。' },
    'vocabulary-missing': { title: '缺少模型的词表。', nextStep: '请把词表文件放在模型旁边。' },
    'snapshot-unreadable': { title: '已存状态已损坏，未被使用。', nextStep: '请从文本重放对话。' },
    'snapshot-mismatch': { title: '已存状态属于另一个模型。', nextStep: '请加载该模型，或用当前模型重放文本。' },
    'snapshot-missing': { title: '已存状态已不存在。', nextStep: '请从文本重放。' },
    'storage-failed': { title: '无法保存。', nextStep: '请检查磁盘以及数据文件夹的权限。' },
    'disk-full': { title: '磁盘已满。', nextStep: '请释放一些空间后重试。' },
    'document-unreadable': { title: '无法读取文档。', nextStep: '请检查文件后重新添加。' },
    'document-changed': { title: '文档在此期间被修改。', nextStep: '请从头重新阅读。' },
    'invalid-argument': { title: '无法执行此操作。', nextStep: '请检查输入的内容。' },
    'self-test-failed': { title: 'GPU 运行此模型时计算结果有误。', nextStep: '请更新显卡驱动，或选择其他适配器。' },
  },
};
